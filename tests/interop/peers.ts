// openapi-fetch with the types that openapi-typescript made of our contract, against the
// sandbox: list, get, create, patch. What the types do not allow does not compile.

import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import type { components, paths } from "./api";

const [line, file] = process.argv.slice(2);
const ready = JSON.parse(line) as { url: string; token: string };
const body = JSON.parse(readFileSync(file, "utf8")) as components["schemas"]["NewReferral"];
const client = createClient<paths>({
    baseUrl: ready.url,
    headers: { Authorization: `Bearer ${ready.token}` },
});

function equal(found: unknown, expected: unknown): void {
    if (found !== expected) throw new Error(`${String(found)}, expected ${String(expected)}`);
}

async function work(): Promise<void> {
    const list = await client.GET("/v1.0/engagements/referrals", {
        params: { query: { $filter: "status eq 'New'", $top: 5 } },
    });
    equal(list.data?.value.length, 5);
    const id = list.data?.value[0]?.id ?? "";
    const one = await client.GET("/v1.0/engagements/referrals/{id}", { params: { path: { id } } });
    equal(one.data?.id, id);
    const created = await client.POST("/v1.0/engagements/referrals", { body });
    equal(created.data?.name, body.name);
    const path = { id: created.data?.id ?? "" };
    const header = { "If-Match": created.data?.eTag ?? "" };
    const patch = () =>
        client.PATCH("/v1.0/engagements/referrals/{id}", {
            params: { path, header },
            body: [{ op: "replace", path: "/details/notes", value: "By a peer." }],
        });
    equal((await patch()).response.status, 204);
    const after = await client.GET("/v1.0/engagements/referrals/{id}", { params: { path } });
    equal(after.data?.details?.notes, "By a peer.");
    equal((await patch()).response.status, 412);
}

work().then(
    () => console.log("passed   peers     openapi-typescript and openapi-fetch: list, get, create, patch"),
    (error: unknown) => console.log(`FAILED   peers     openapi-typescript and openapi-fetch: ${String(error)}`),
);
