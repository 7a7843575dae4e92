"""The web pages: views, view models, static files. ``install(app, Ports(...))`` puts them in."""
