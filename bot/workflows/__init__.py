"""The durable order of steps: what is begun goes on after a crash, on this machine or another."""
