"""What the steps of a run do: admission, reading, filing, the outcome, and what people are told of it."""
