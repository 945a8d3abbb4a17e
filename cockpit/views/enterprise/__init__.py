"""Views of an enterprise's page (企业画像)."""
