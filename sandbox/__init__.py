"""A stand-in Slack workspace and a stand-in DocSpace portal: real HTTP on loopback, for the demo and the tests."""
