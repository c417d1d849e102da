"""FastAPI: a body that pydantic checks, under uvicorn."""

import fastapi
import pydantic
import uvicorn

app = fastapi.FastAPI()


class Order(pydantic.BaseModel):
    name: str = pydantic.Field(min_length=1)
    amount: int = pydantic.Field(gt=0)


@app.get("/")
async def root():
    return {"hello": "from FastAPI"}


@app.post("/orders")
async def order(order: Order):
    return {"ordered": order.amount, "name": order.name}


uvicorn.run(app, host="0.0.0.0", port=8080, access_log=False)
