"""An enterprise's page (企业画像)."""
