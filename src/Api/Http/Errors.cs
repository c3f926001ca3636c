using System.Text.RegularExpressions;
using Abaco.Api.Auth;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Http;

/// <summary>Turns refusals and failures into answers: always the envelope, never a stack trace.</summary>
internal sealed partial class Errors(RequestDelegate next, IOptions<WebOptions> web, ILogger<Errors> log)
{
    private const string RetryAfterSeconds = "1";
    private const string Challenge = "Bearer realm=\"abaco\"";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var (status, message) = Describe(context, exception);
            context.Response.Clear();
            Cors.Allow(context.Response);
            if (status == StatusCodes.Status503ServiceUnavailable)
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
            if (status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = Challenge;
            await Answers.ErrorAsync(context, status, Spelled(message));
        }
    }

    /// <summary>The body of answers that routing made without one: unknown routes and methods.</summary>
    public static Task DescribeAsync(StatusCodeContext status)
    {
        var context = status.HttpContext;
        var path = context.Request.Path;
        return Answers.ErrorAsync(context, context.Response.StatusCode, context.Response.StatusCode switch
        {
            404 => $"No such resource: {path}.",
            405 => $"The method {context.Request.Method} is not allowed on {path}.",
            _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(context.Response.StatusCode),
        });
    }

    private (int Status, string Message) Describe(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case AbacoException refusal:
                return (StatusOf(refusal.Kind), refusal.Message);
            case UnauthenticatedException unknown:
                return (StatusCodes.Status401Unauthorized, unknown.Message);
            case BadHttpRequestException bad:
                return (bad.StatusCode, bad.StatusCode == 413 ? "The request body is too large." : bad.Message);
            case OperationCanceledException:
                return (503, "The server is shutting down; what was accepted goes on. Ask again.");
            case TimeoutException or OrleansException:
                log.OutcomeUnknown(context.Request.Method, context.Request.Path, exception.Message);
                return (503, "The cluster did not answer in time; whether the request was carried out is unknown. Try again.");
            default:
                log.Failed(exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
                return (500, $"Internal error; its reference is {context.TraceIdentifier}.");
        }
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => 404,
        RefusalKind.Conflict => 409,
        RefusalKind.TooLarge => 413,
        RefusalKind.Unavailable => 503,
        _ => 400,
    };

    /// <summary>Errors name fields as answers spell them.</summary>
    private string Spelled(string message) =>
        web.Value.Case == NameCase.Camel ? FieldName().Replace(message, match => Names.ToCamel(match.Value)) : message;

    [GeneratedRegex(@"\b(?:max_workers|max_cpus|mem_limit|use_container_uid|default_environment|log_ex|max_run_time|max_retries|cron_schedule|cron_on|started_events|actor_id|max_uses)\b")]
    private static partial Regex FieldName();
}
