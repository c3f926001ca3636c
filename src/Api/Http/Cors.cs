namespace Abaco.Api.Http;

/// <summary>Lets pages of any origin call the API (rest-api.md, Conventions). Credentials travel in headers only, so a wildcard gives nothing away.</summary>
internal sealed class Cors(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        Allow(context.Response);
        return HttpMethods.IsOptions(context.Request.Method) ? Answers.DoneAsync(context, "OK") : next(context);
    }

    /// <summary>Adds the headers.</summary>
    public static void Allow(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE, OPTIONS";
        response.Headers.AccessControlAllowHeaders = "*, Authorization, Content-Type, X-Requested-With, Idempotency-Key, X-Abaco-User, tenant";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
    }
}
