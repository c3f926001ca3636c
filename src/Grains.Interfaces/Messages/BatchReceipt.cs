namespace Abaco.Messages;

/// <summary>The answer to a batch of messages: all are durable now.</summary>
/// <param name="ExecutionIds">The executions that will run them, one for each message, in order.</param>
[GenerateSerializer, Immutable, Alias("abaco.BatchReceipt")]
public sealed record BatchReceipt([property: Id(0)] IReadOnlyList<string> ExecutionIds);
