# SPDX-License-Identifier: MIT
"""The results of PostgreSQL's own full text search, by the method of its manual: to_tsvector() of the text in a GIN index,
plainto_tsquery() of the query, which requires all words (AND), and the same with any word (OR), ordered by
ts_rank(), normalised by the logarithm of the length (1). Text typed with Latin letters or on a wrong layout is used as
typed. PostgreSQL has no Kazakh; its configuration `russian` stems English words by English rules."""
import os
import subprocess

METHODS = {"OR": "replace(plainto_tsquery('{config}', text)::text, '&', '|')::tsquery",
           "AND": "plainto_tsquery('{config}', text)"}

RANKS = """COPY (
SELECT asked.id, place, found.id
FROM (SELECT id, {query} AS query FROM pg_temp.query OFFSET 0) asked, -- evaluated once each
 LATERAL (SELECT id, row_number() OVER () AS place FROM (
  SELECT id FROM pg_temp.document WHERE terms @@ asked.query
  ORDER BY ts_rank(terms, asked.query, 1) DESC, id COLLATE "C" LIMIT 10) best) found
ORDER BY asked.id, place) TO STDOUT;
"""


def copied(table, rows):
    """COPY of rows of texts."""
    escaped = ("\t".join(text.replace("\\", "\\\\").replace("\t", "\\t") for text in row) for row in rows)
    return f"COPY pg_temp.{table} FROM STDIN;\n" + "".join(line + "\n" for line in escaped) + "\\.\n"


def write_runs(out, config, documents, sets):
    """Runs the queries of each set, {name: [(id, text)]}, and writes OUT/METHOD/SET.run for each method."""
    for method in METHODS:
        os.makedirs(os.path.join(out, method), exist_ok=True)
    script = ["CREATE TEMP TABLE document (id text, text text);\n", copied("document", documents),
              f"ALTER TABLE document ADD terms tsvector; UPDATE document SET terms = to_tsvector('{config}', text);\n",
              "CREATE INDEX ON document USING gin (terms); VACUUM ANALYZE document;\n",
              "CREATE TEMP TABLE query (id text, text text);\n"]
    for name, queries in sets.items():
        script += ["TRUNCATE query;\n", copied("query", queries)]
        for method, query in METHODS.items():
            script += [f"\\o {out}/{method}/{name}.run\n", RANKS.format(query=query.format(config=config)), "\\o\n"]
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", os.environ["TEST_DATABASE_URL"]], input="".join(script),
                   stdout=subprocess.DEVNULL, text=True, check=True)
