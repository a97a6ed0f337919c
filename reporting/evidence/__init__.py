"""The evidence for a report: ledger, manifest, verification, reviews, bundle."""
