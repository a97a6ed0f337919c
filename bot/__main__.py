"""``python -m bot``."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while the modules load ends in silence, as of any program

from bot.cli import main

main()
