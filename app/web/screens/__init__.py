"""The pages, one file each; ``app.web.sitemap`` says where they stand."""
