"""The demonstration and the sandbox: the real bot between the stand-ins."""
