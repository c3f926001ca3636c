using Abaco.Access;

namespace Abaco.Api.Http;

/// <summary>Addresses in <c>_links</c>, absolute and with plain ids.</summary>
internal static class Urls
{
    public static string Actor(Caller caller, string actorId) => $"{caller.ApiServer}/actors/v2/{actorId}";

    public static string Executions(Caller caller, string actorId) => $"{Actor(caller, actorId)}/executions";

    public static string Execution(Caller caller, string actorId, string executionId) => $"{Executions(caller, actorId)}/{executionId}";

    public static string Logs(Caller caller, string actorId, string executionId) => $"{Execution(caller, actorId, executionId)}/logs";

    public static string Messages(Caller caller, string actorId) => $"{Actor(caller, actorId)}/messages";

    public static string Alias(Caller caller, string alias) => $"{caller.ApiServer}/actors/v2/aliases/{Uri.EscapeDataString(alias)}";

    public static string Nonce(Caller caller, NonceSnapshot nonce) =>
        $"{(nonce.Target.Alias is { } alias ? Alias(caller, alias) : Actor(caller, nonce.ActorId))}/nonces/{nonce.Id}";

    public static string Config(Caller caller, string config) => $"{caller.ApiServer}/actors/v2/configs/{Uri.EscapeDataString(config)}";

    public static string Owner(Caller caller, string user) => $"{caller.ApiServer}/profiles/v2/{Uri.EscapeDataString(user)}";
}
