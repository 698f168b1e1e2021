"""The composition root: settings, the web application and the command line; the one place that knows every block.

`jjm.app.cli` is the command `jjm`; `application` is a running node as an ASGI application; `document` describes its
calls.
"""
