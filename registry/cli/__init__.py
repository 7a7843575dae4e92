"""The interlock command, one file per subcommand."""
