-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Vectors of a text's beginning are counted without reading all of them.

CREATE INDEX document_vector_truncated ON document_vector (generation, number) WHERE truncated;
