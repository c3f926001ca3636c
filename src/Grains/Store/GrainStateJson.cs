using System.Text.Encodings.Web;
using System.Text.Json;
using Orleans.Storage;

namespace Abaco.Store;

/// <summary>
/// Writes grain state as plain JSON, which lists and searches read in the database. (The provider's own serializer adds <c>$id</c>, which breaks when a
/// database reorders keys.)
/// </summary>
internal sealed class GrainStateJson : IGrainStorageSerializer
{
    /// <summary>How grain state is written.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData? input) => input is null ? default : JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options);
}
