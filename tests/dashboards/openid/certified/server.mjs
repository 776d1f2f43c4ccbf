// An OpenID-certified provider on this machine. Its log-in page takes any name, with any password, as the subject.
import { createServer } from "node:http"
import { Provider } from "oidc-provider"

const [port, portal] = process.argv.slice(2)
const issuer = `http://localhost:${port}`
const provider = new Provider(issuer, {
  clients: [{
    client_id: "workbench",
    client_secret: process.env.SECRET,
    redirect_uris: [`${portal}/login/openid/back`],
    post_logout_redirect_uris: [`${portal}/login`],
    grant_types: ["authorization_code"],
    response_types: ["code"],
  }],
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
})
createServer(provider.callback()).listen(Number(port), "127.0.0.1", () => console.log("ready"))
