from kashcraft import create_app

app = create_app()
