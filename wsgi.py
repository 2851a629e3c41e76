from kashcraft import start

app = start()
