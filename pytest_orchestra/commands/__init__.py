"""The runtime's own subcommands of `orchestra`."""
