"""Sends one trace with every kind of value by OpenTelemetry's SDK for Python; prints its ids as JSON.

usage: python_sdk.py grpc|http ENDPOINT
"""

import json
import sys

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, set_span_in_context
from opentelemetry.trace.span import TraceState

protocol, endpoint = sys.argv[1], sys.argv[2]
if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True)
else:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=endpoint)

provider = TracerProvider(resource=Resource({"service.name": f"python-{protocol}", "replicas": 3, "zones": ["a", "b"]}))
provider.add_span_processor(SimpleSpanProcessor(exporter))
tracer = provider.get_tracer("clew.tests", "1.2.3", schema_url="https://example.org/schema", attributes={"scoped": True})

linked = SpanContext(
    trace_id=0x0123456789ABCDEF0123456789ABCDEF,
    span_id=0x0123456789ABCDEF,
    is_remote=True,
    trace_flags=TraceFlags(1),
    trace_state=TraceState([("vendor", "value")]),
)
START = 1_700_000_000_123_456_789

root = tracer.start_span("root", kind=SpanKind.SERVER, start_time=START)
child = tracer.start_span(
    "child ü",
    context=set_span_in_context(root),
    kind=SpanKind.CLIENT,
    start_time=START + 1,
    links=[Link(linked, {"why": "retry", "attempt": 2})],
    attributes={
        "string": "héllo\n\n",
        "empty": "",
        "int": -42,
        "big": 2**62 + 1,
        "float": 0.1,
        "infinite": float("inf"),
        "true": True,
        "false": False,
        "strings": ["a", "", "b"],
        "ints": [1, -2, 2**53 + 1],
        "floats": [0.5, 1.5],
        "bools": [True, False],
        "bytes": b"\x00\xff\n\n\x80",
        "http.request.method": "GET",
        "http.response.status_code": 503,
    },
)
child.add_event("cache miss", {"key": "user:1", "tries": 2}, timestamp=START + 5)
child.add_event("exception", {"exception.type": "ValueError", "exception.message": "boom"}, timestamp=START + 7)
child.set_status(Status(StatusCode.ERROR, "it broke"))
child.end(end_time=START + 1_000_000_001)
root.end(end_time=START + 2_000_000_003)
provider.shutdown()

print(
    json.dumps(
        {
            "traceId": format(root.get_span_context().trace_id, "032x"),
            "rootId": format(root.get_span_context().span_id, "016x"),
            "childId": format(child.get_span_context().span_id, "016x"),
        }
    )
)
