"""Where the packaged program starts."""

import multiprocessing

from medprune_gui.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
