namespace Abaco;

/// <summary>Why a request was refused. The HTTP front end maps each kind to one status code.</summary>
[GenerateSerializer, Alias("abaco.RefusalKind")]
public enum RefusalKind
{
    /// <summary>The input breaks a rule; the message names the field and the rule. HTTP 400.</summary>
    Invalid,

    /// <summary>The caller lacks the permission. HTTP 400, for Abaco's clients test for it.</summary>
    NotAuthorized,

    /// <summary>The actor, execution, worker, alias or config does not exist (for this tenant). HTTP 404.</summary>
    NotFound,

    /// <summary>The request contradicts an earlier one, such as another body under the same idempotency key. HTTP 409.</summary>
    Conflict,

    /// <summary>The message is larger than the configured limit. HTTP 413.</summary>
    TooLarge,

    /// <summary>The service sheds load or its store is away; nothing was done, try again later. HTTP 503 with Retry-After.</summary>
    Unavailable,
}

/// <summary>The one refusal type: thrown by grains and rules, shown to the user as it is. Its text never holds a secret.</summary>
[GenerateSerializer, Alias("abaco.AbacoException")]
public sealed class AbacoException : Exception
{
    /// <summary>Creates a refusal.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="message">What the user reads: the field and the rule.</param>
    public AbacoException(RefusalKind kind, string message)
        : base(message) => Kind = kind;

    /// <summary>Why the request was refused.</summary>
    [Id(0)]
    public RefusalKind Kind { get; }

    /// <summary>A refusal of bad input (400).</summary>
    /// <param name="message">Names the field and the rule.</param>
    /// <returns>The exception to throw.</returns>
    public static AbacoException Invalid(string message) => new(RefusalKind.Invalid, message);

    /// <summary>A refusal because something does not exist (404).</summary>
    /// <param name="message">Names what is missing.</param>
    /// <returns>The exception to throw.</returns>
    public static AbacoException NotFound(string message) => new(RefusalKind.NotFound, message);

    /// <summary>A refusal because the service cannot take more now (503 with Retry-After).</summary>
    /// <param name="message">Names what is full or away.</param>
    /// <returns>The exception to throw.</returns>
    public static AbacoException Unavailable(string message) => new(RefusalKind.Unavailable, message);
}
