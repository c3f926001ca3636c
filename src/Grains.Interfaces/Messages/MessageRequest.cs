namespace Abaco.Messages;

/// <summary>How a message's text is to be read.</summary>
[GenerateSerializer, Alias("abaco.MessageKind")]
public enum MessageKind
{
    /// <summary><see cref="MessageRequest.Text"/> is the message itself.</summary>
    Text,

    /// <summary><see cref="MessageRequest.Text"/> is JSON text, rendered as a Python literal (or JSON, by setting) when it runs.</summary>
    Json,

    /// <summary>The message is the upload <see cref="MessageRequest.UploadId"/>; there is no text.</summary>
    Binary,
}

/// <summary>One message as it is sent.</summary>
[GenerateSerializer, Immutable, Alias("abaco.MessageRequest")]
public sealed record MessageRequest
{
    /// <summary>How to read it.</summary>
    [Id(0)] public required MessageKind Kind { get; init; }

    /// <summary>The text or JSON text; empty for binary messages.</summary>
    [Id(1)] public string Text { get; init; } = "";

    /// <summary>What the container reads in <c>_abaco_Content_Type</c>: <c>str</c>, <c>application/json</c> or <c>application/octet-stream</c>.</summary>
    [Id(2)] public required string ContentType { get; init; }

    /// <summary>The upload that holds a binary message's bytes, see <see cref="IBodyGrain"/>.</summary>
    [Id(3)] public string? UploadId { get; init; }

    /// <summary>Bytes of a binary message.</summary>
    [Id(4)] public long UploadBytes { get; init; }

    /// <summary>SHA-256 of a binary message's bytes in hex; needed only with an idempotency key, which it tells one body from another by.</summary>
    [Id(7)] public string? UploadDigest { get; init; }

    /// <summary>Environment variables for this one execution, from the query.</summary>
    [Id(5)] public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the sender waits for the end; refused while more than three messages wait.</summary>
    [Id(6)] public bool Synchronous { get; init; }
}

/// <summary>The answer to a message: it is durable now.</summary>
/// <param name="ExecutionId">The execution that will run it.</param>
[GenerateSerializer, Immutable, Alias("abaco.SendReceipt")]
public sealed record SendReceipt([property: Id(0)] string ExecutionId);
