"""Whether GET /openapi.yaml is a valid OpenAPI document that says for every operation what a reader looks for."""

import sys

import jsonschema
import requests
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate


def problems(document):
    """Sentences about what the specification allows and a reader misses."""
    identities, tags = set(), {tag["name"] for tag in document["tags"]}

    def look_up(item, kind):
        return document["components"][kind][item["$ref"].rsplit("/", 1)[1]] if "$ref" in item else item

    def fits(schema, value, where):
        try:
            Draft202012Validator({
                "components": document["components"], "allOf": [schema]}).validate(value)
        except jsonschema.ValidationError as error:
            yield f"{where}: the example {value!r} does not fit: {error.message}"

    def contents(item, where):
        for media in item.get("content", {}).values():
            examples = [media["example"]] if "example" in media else []
            examples += [example["value"] for example in media.get("examples", {}).values()]
            for example in examples:
                yield from fits(media["schema"], example, where)

    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method.upper()} {path}"
            if operation["operationId"] in identities:
                yield f"{where}: the operationId {operation['operationId']} comes twice"
            identities.add(operation["operationId"])
            if not operation.get("summary") or not set(operation["tags"]) <= tags:
                yield f"{where}: no summary, or a tag that is not explained"
            parameters = [look_up(parameter, "parameters") for parameter in operation.get("parameters", [])]
            named = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
            if named != {part[1:-1] for part in path.split("/") if part.startswith("{")}:
                yield f"{where}: the path's parameters are {named}"
            yield from contents(operation.get("requestBody", {}), where)
            for response in operation["responses"].values():
                yield from contents(look_up(response, "responses"), where)
            if method != "get" and operation.get("security") != [] and "401" not in operation["responses"]:
                yield f"{where}: no 401"


answer = requests.get(f"{sys.argv[1]}/openapi.yaml", timeout=30)
if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("application/yaml"):
    sys.exit(f"GET /openapi.yaml: {answer.status_code} {answer.headers['Content-Type']}")
parsed = yaml.safe_load(answer.content)
validate(parsed)
found = list(problems(parsed))
if found:
    sys.exit("\n".join(found))
print(f"{len(parsed['paths'])} paths, as expected")
