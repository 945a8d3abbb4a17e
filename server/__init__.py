"""The web server around Dash: gunicorn, static files, headers, response cache, downloads, `/health`, the wall's routes."""
