"""The portal as one process knows it: a client for each run, its time zone, its clock."""
