namespace Abaco.Api.Http;

/// <summary>Log lines of failed requests.</summary>
internal static partial class ErrorsLog
{
    [LoggerMessage(201, LogLevel.Error, "{Method} {Path} failed, reference {Reference}")]
    public static partial void Failed(this ILogger log, Exception exception, string method, string path, string reference);

    [LoggerMessage(202, LogLevel.Warning, "{Method} {Path}: the cluster did not answer: {Reason}")]
    public static partial void OutcomeUnknown(this ILogger log, string method, string path, string reason);
}
