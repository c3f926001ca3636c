namespace Abaco.Api.Http;

/// <summary>
/// Makes references to grains of one interface. <see cref="IGrainFactory"/> finds out a grain's type by reflection at each call, which cost more than the
/// whole routing of a request; here it is asked once.
/// </summary>
/// <typeparam name="T">The interface.</typeparam>
/// <param name="grains">The factory.</param>
internal sealed class GrainKind<T>(IGrainFactory grains)
    where T : class, IGrainWithStringKey
{
    private GrainReference? _any;

    /// <summary>The grain of a key.</summary>
    public T Of(string key)
    {
        // The types are known only when the silo or client has started, so the first request asks.
        var any = _any ??= (GrainReference)(object)grains.GetGrain<T>("any");
        return (T)grains.GetGrain(GrainId.Create(any.GrainId.Type, key), any.InterfaceType);
    }
}
