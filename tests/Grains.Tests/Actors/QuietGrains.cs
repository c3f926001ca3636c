using System.Reflection;

namespace Abaco.Grains.Tests.Actors;

/// <summary>Grains that answer at once and do nothing; what they are told is kept.</summary>
internal sealed class QuietGrains
{
    public QuietGrains() => Factory = Proxy<IGrainFactory>((method, _) => Make(method.ReturnType));

    public IGrainFactory Factory { get; }

    /// <summary>Calls in order: method and arguments.</summary>
    public List<(string Method, object?[] Arguments)> Calls { get; } = [];

    /// <summary>The numbers of workers that the queue was told, in order.</summary>
    public IEnumerable<int> Wanted => Calls.Where(call => call.Method == "WantAsync").Select(call => (int)call.Arguments[1]!);

    private object? Answer(MethodInfo method, object?[] arguments)
    {
        Calls.Add((method.Name, arguments));
        return method.ReturnType == typeof(Task) ? Task.CompletedTask : throw new NotSupportedException(method.Name);
    }

    private object Make(Type grain) =>
        typeof(QuietGrains).GetMethod(nameof(Proxy), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(grain)
            .Invoke(null, [(Func<MethodInfo, object?[], object?>)Answer])!;

    private static T Proxy<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Forwarder>();
        ((Forwarder)(object)proxy).Answer = answer;
        return proxy;
    }

    /// <summary>What the proxies derive from.</summary>
    public class Forwarder : DispatchProxy
    {
        public Func<MethodInfo, object?[], object?> Answer { get; set; } = (_, _) => null;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!, args ?? []);
    }
}
