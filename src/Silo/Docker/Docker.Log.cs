namespace Abaco.Silo.Docker;

/// <summary>Log lines of the Docker adapter.</summary>
internal static partial class DockerLog
{
    [LoggerMessage(101, LogLevel.Warning, "Container {Container} could not be removed; the next start removes it: {Reason}")]
    public static partial void RemovalFailed(this ILogger log, string container, string reason);
}
