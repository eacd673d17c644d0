"""Every face: command line, web studio, HTTP API, batch. A face translates and decides nothing."""
