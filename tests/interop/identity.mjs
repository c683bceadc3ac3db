// Signs in to the sandbox with Microsoft's own libraries for JavaScript.
//
//     node identity.mjs MODULES READY   MODULES is the node_modules folder that has them,
//                                       READY the line that `referrals sandbox --tls` prints
//
// Prints one line a check. The CA comes by NODE_EXTRA_CA_CERTS.

import { createRequire } from "node:module";
import path from "node:path";

const [modules, line] = process.argv.slice(2);
const require = createRequire(path.join(modules, "here.js"));
const { ClientSecretCredential, DeviceCodeCredential } = require("@azure/identity");
const { PublicClientApplication } = require("@azure/msal-node");

const ready = JSON.parse(line);
const host = new URL(ready.authority).host;
const resource = "https://api.partner.microsoft.com";
const options = { authorityHost: ready.authority, disableInstanceDiscovery: true };

async function call(token, where) {
    const answer = await fetch(ready.url + where, { headers: { Authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    return answer.status;
}

function equal(found, expected) {
    if (found !== expected) throw new Error(`${found}, expected ${expected}`);
}

async function check(what, work) {
    try {
        await work();
        console.log(`passed   identity  ${what}`);
    } catch (error) {
        console.log(`FAILED   identity  ${what}: ${String(error).split("\n")[0]}`);
    }
}

await check("@azure/identity, client secret", async () => {
    const { tenant, confidentialClientId: id, clientSecret: secret } = ready;
    const credential = new ClientSecretCredential(tenant, id, secret, options);
    const token = await credential.getToken(`${resource}/.default`);
    equal(await call(token.token, "/v1/referrals?status=Won"), 200);
    equal(await call(token.token, "/v1.0/engagements/referrals?$top=1"), 403);
});

await check("@azure/identity, device code", async () => {
    let codes = 0;
    const credential = new DeviceCodeCredential({
        ...options,
        tenantId: ready.tenant,
        clientId: ready.clientId,
        userPromptCallback: () => {
            codes += 1;
        },
    });
    const token = await credential.getToken(`${resource}/user_impersonation`);
    equal(codes, 1);
    equal(await call(token.token, "/v1.0/engagements/referrals?$top=1"), 200);
});

await check("@azure/msal-node, device code and refresh token", async () => {
    const application = new PublicClientApplication({
        auth: {
            clientId: ready.clientId,
            authority: `${ready.authority}/${ready.tenant}`,
            knownAuthorities: [host],
        },
    });
    const scopes = [`${resource}/user_impersonation`];
    const first = await application.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: () => {} });
    const [account] = await application.getTokenCache().getAllAccounts();
    const renewed = await application.acquireTokenSilent({ scopes, account, forceRefresh: true });
    if (renewed.accessToken === first.accessToken) throw new Error("the same token again");
    equal(await call(renewed.accessToken, "/v1.0/engagements/referrals?$top=1"), 200);
});
