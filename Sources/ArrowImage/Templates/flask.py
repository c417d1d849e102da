from flask import Flask
from waitress import serve

PORT = 8080

app = Flask(__name__)


@app.get("/")
def hello():
    return "hello from Flask\n"


if __name__ == "__main__":
    print("serving at port", PORT, flush=True)
    serve(app, host="0.0.0.0", port=PORT)
