using Abaco.Access;

namespace Abaco.Api.Auth;

/// <summary>Whom a credential speaks for.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="User">The user.</param>
/// <param name="Roles">Role names with their prefix.</param>
internal sealed record Claimant(string Tenant, string User, IReadOnlyList<string> Roles)
{
    /// <summary>The most that the request may do.</summary>
    public PermissionLevel Cap { get; init; } = PermissionLevel.Update;
}

/// <summary>One way to say who calls.</summary>
internal interface ICredential
{
    /// <summary>Reads the credential of a request.</summary>
    /// <returns>Null: the request does not carry one of this kind.</returns>
    /// <exception cref="UnauthenticatedException">It carries one that is not valid.</exception>
    ValueTask<Claimant?> ReadAsync(HttpContext context);
}

/// <summary>The request says not, or wrongly, who calls: 401. The text is shown; it never holds a part of a credential.</summary>
/// <param name="message">What is missing or wrong.</param>
internal sealed class UnauthenticatedException(string message) : Exception(message);

/// <summary>Marks the routes that need to know who calls.</summary>
internal sealed class NeedsCaller;
