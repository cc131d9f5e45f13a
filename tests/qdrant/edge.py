# SPDX-License-Identifier: MIT
"""Qdrant's own engine in this process (qdrant-edge-py: its segments, indexes, quantisation and optimisers, without its
server), with the few methods that adapter.py calls, taking and returning the models of qdrant-client.

Its optimisers apply to collections of any size here, so vectors are int8 and are restored by rescoring; and a new
collection is closed and read from the disk first.
"""
import os
import shutil
import tempfile

import qdrant_edge as edge
from qdrant_client.http import models

INDEX_KIB = 1
OPTIMISE_EVERY = 64  # writes
INDEXES = {"keyword": edge.KeywordIndexParams, "datetime": edge.DatetimeIndexParams, "integer": edge.IntegerIndexParams}


def condition_of(one):
    if one.match is not None:
        return edge.FieldCondition(one.key, match=edge.MatchValue(one.match.value))
    bounds = {name: value for name, value in one.range.model_dump(mode="json").items() if value is not None}
    kind = edge.RangeFloat if isinstance(one.range, models.Range) else edge.RangeDateTime
    return edge.FieldCondition(one.key, range=kind(**bounds))


def filter_of(wanted):
    return None if wanted is None else edge.Filter(must=[condition_of(one) for one in wanted.must])


class Collection:
    def __init__(self, wanted, folder):
        scalar = wanted.quantization_config.scalar
        self.wanted, self.folder, self.writes = wanted, folder, 0
        self.shard = edge.EdgeShard.create(folder, edge.EdgeConfig(
            vectors=edge.EdgeVectorParams(size=wanted.vectors.size, distance=edge.Distance.Cosine,
                                          on_disk=wanted.vectors.on_disk),
            on_disk_payload=wanted.on_disk_payload,
            quantization_config=edge.ScalarQuantizationConfig(type=edge.ScalarType.Int8, quantile=scalar.quantile,
                                                              always_ram=scalar.always_ram),
            optimizers=edge.EdgeOptimizersConfig(indexing_threshold=INDEX_KIB, default_segment_number=2)))

    def update(self, operation):
        self.shard.update(operation)
        self.writes += 1
        if self.writes % OPTIMISE_EVERY == 0:
            self.shard.optimize()

    def reopen(self):
        self.shard.flush()
        self.shard.close()
        self.shard = edge.EdgeShard.load(self.folder)


class Engine:
    """The used part of QdrantClient(":memory:")."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tapbot-qdrant-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.known = {}

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, name, wanted):
        folder = os.path.join(self.folder, name)
        os.mkdir(folder)
        self.known[name] = Collection(wanted, folder)

    def delete_collection(self, name):
        collection = self.known.pop(name)
        collection.shard.close()
        shutil.rmtree(collection.folder)

    def get_collection(self, name):
        collection = self.known[name]
        collection.reopen()
        vectors = collection.wanted.vectors.model_dump(mode="json")
        return {"status": "green", "config": {"params": {"vectors": vectors}}}

    def create_payload_index(self, name, field, schema):
        params = schema.model_dump(mode="json", exclude_none=True) if isinstance(schema, models.KeywordIndexParams) else {}
        kind = params.pop("type", getattr(schema, "value", schema))
        self.known[name].update(edge.UpdateOperation.create_field_index(field, INDEXES[str(kind)](**params)))

    def batch_update_points(self, name, operations):
        for one in operations:
            points = [edge.Point(point.id, point.vector, point.payload) for point in one.upsert.points]
            self.known[name].update(edge.UpdateOperation.upsert_points(points, filter_of(one.upsert.update_filter)))

    def delete(self, name, selector):
        self.known[name].update(edge.UpdateOperation.delete_points(selector.points))

    def query_points(self, name, query, query_filter, limit, search_params):
        quantization = search_params.quantization
        found = self.known[name].shard.query(edge.QueryRequest(
            limit, query=edge.Query.Nearest(query), filter=filter_of(query_filter),
            params=edge.SearchParams(quantization=edge.QuantizationSearchParams(
                rescore=quantization.rescore, oversampling=quantization.oversampling))))
        return {"points": [{"id": one.id, "version": one.version, "score": one.score} for one in found]}

    def count(self, name, count_filter):
        return {"count": self.known[name].shard.count(edge.CountRequest(exact=True, filter=filter_of(count_filter)))}

    def scroll(self, name, limit, offset, with_payload):
        points, following = self.known[name].shard.scroll(edge.ScrollRequest(
            offset=offset, limit=limit, with_payload=edge.PayloadSelector.Include(with_payload)))
        return records_of(points), following

    def retrieve(self, name, ids, with_payload):
        return records_of(self.known[name].shard.retrieve(
            ids, with_payload=edge.PayloadSelector.Include(with_payload), with_vector=False))


def records_of(points):
    return [{"id": one.id, "payload": one.payload} for one in points]
