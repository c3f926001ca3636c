namespace Abaco.Executions;

/// <summary>How objects (JSON messages, state, configs) are written into a container's environment.</summary>
internal enum ObjectEncoding
{
    /// <summary>As Python literals, which existing images parse.</summary>
    Python,

    /// <summary>As JSON text.</summary>
    Json,
}
