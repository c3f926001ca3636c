using Abaco.Access;
using Abaco.Api.Http;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Auth;

/// <summary>Establishes who calls, once per request, by the first configured credential that the request carries; routes ask <see cref="Of"/>.</summary>
internal sealed class Identity(IEnumerable<ICredential> credentials, IOptions<AuthOptions> auth, IOptions<WebOptions> web)
{
    private static readonly object Established = new();

    /// <summary>The caller of a request to a route that needs one.</summary>
    public Caller Of(HttpContext context) => Find(context) ?? throw new InvalidOperationException("The route does not say that it needs a caller.");

    /// <summary>The caller if it is established.</summary>
    public static Caller? Find(HttpContext context) => context.Items[Established] as Caller;

    /// <summary>Establishes the caller.</summary>
    /// <exception cref="UnauthenticatedException">No credential, or one that is not valid.</exception>
    /// <exception cref="AbacoException">No known role, or a nonce that does not open this.</exception>
    public async ValueTask EstablishAsync(HttpContext context)
    {
        foreach (var credential in credentials)
        {
            if (await credential.ReadAsync(context) is not { } claimant)
                continue;
            ClaimantRules.Check(claimant, auth.Value.Tenants);
            context.Items[Established] = new Caller(claimant.Tenant, claimant.User, claimant.Roles, ApiServer(context.Request, claimant.Tenant))
            {
                Cap = claimant.Cap,
            };
            return;
        }

        throw new UnauthenticatedException("The request does not say who calls: a token or a nonce is needed.");
    }

    private string ApiServer(HttpRequest request, string tenant) =>
        (web.Value.PublicUrls.GetValueOrDefault(tenant) ?? web.Value.PublicUrl)?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host.Value}";
}
