using System.Text;
using Abaco.Cluster.Tests;

namespace Abaco.Api.Tests;

/// <summary>What the images of these tests do; <c>echo</c> is the cluster's own.</summary>
internal static class Programs
{
    public static void AddTo(SimulatedRuntime runtime)
    {
        runtime.Image("fails", async run =>
        {
            await run.Watch.LogAsync("no luck\n");
            return 3;
        });
        runtime.Image("lost", _ => throw new SimulatedRuntime.LostException("engine gone"));

        // Each word of the message is a result; "-" is an empty one.
        runtime.Image("results", async run =>
        {
            foreach (var word in run.Message.Split(' '))
                await run.Watch.ResultAsync(word == "-" ? [] : Encoding.UTF8.GetBytes(word));
            return 0;
        });

        // Runs until it is stopped.
        runtime.Image("sleep", async run =>
        {
            await run.Watch.LogAsync("asleep\n");
            await Task.Delay(Timeout.Infinite, run.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 137;
        });
    }
}
