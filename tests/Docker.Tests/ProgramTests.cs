using Abaco.Docker.Tests.Engine;
using Abaco.Executions;

namespace Abaco.Docker.Tests;

/// <summary>Which program runs, where, and how its end is told (container-contract.md; rest-api.md, Executions).</summary>
public sealed class ProgramTests : DockerTest
{
    [Fact]
    public async Task Run_EntrypointAndCommand_RunInWorkingDirectory()
    {
        var image = await TestImages.SmallAsync(
            "entrypoint", "WORKDIR /deep/er\nENTRYPOINT [\"/bin/probe\", \"args\"]\nCMD [\"one\", \"two  three\", \"\"]\n");

        var (exited, log) = await RunAsync(await OrderAsync("hello") with { Image = image });

        Assert.Equal("[/bin/probe]\n[args]\n[one]\n[two  three]\n[]\nin /deep/er\nMSG=hello\n", log);
        Assert.Equal(0, exited.ExitCode);
    }

    [Fact]
    public async Task Run_ImageWithoutShell_Runs()
    {
        var image = await TestImages.ScratchAsync("args", "ENTRYPOINT [\"/probe\"]\nCMD [\"args\"]\n");

        var (exited, log) = await RunAsync(await OrderAsync("hello") with { Image = image });

        Assert.Equal("[/probe]\n[args]\nin /\nMSG=hello\n", log);
        Assert.Equal(0, exited.ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(125)]
    [InlineData(128)]
    [InlineData(255)]
    public async Task Run_ExitCode_IsTold(int code)
    {
        var (exited, log) = await RunAsync($"exit {code}");

        Assert.Equal(code, exited.ExitCode);
        Assert.Equal("", log);
        Assert.Equal(code, Attempt.State(exited, "ExitCode").GetInt32());
        Assert.Equal("exited", Attempt.State(exited, "Status").GetString());
        Assert.True(exited.Started <= exited.Finished);
    }

    [Fact]
    public async Task Run_AllExitCodes_FromOneContainerEach()
    {
        // The shell's own view of every code; the engine's was checked above for the ends and the middle.
        var (exited, log) = await RunAsync("i=0; while [ $i -lt 256 ]; do (exit $i); echo $?; i=$((i+1)); done");

        Assert.Equal(0, exited.ExitCode);
        Assert.Equal(Enumerable.Range(0, 256).Select(i => i.ToString()), log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("no-such-command", "CMD [\"no-such-command\"]", 127, "executable file not found")]
    [InlineData("no-such-path", "CMD [\"/no/such/path\"]", 127, "no such file or directory")]
    [InlineData("not-executable", "CMD [\"/not-executable\"]", 126, "permission denied")]
    [InlineData("a-directory", "ENTRYPOINT [\"/bin\"]", 126, "")]
    public async Task Run_CommandThatCannotBeExecuted_EndsWithItsCodeAndReason(string name, string instructions, int code, string reason)
    {
        var image = await TestImages.SmallAsync(name, instructions + "\n");

        var (exited, log) = await RunAsync(await OrderAsync("hello") with { Image = image });

        Assert.Equal(code, exited.ExitCode);
        Assert.Contains(reason, Attempt.State(exited, "Error").GetString(), StringComparison.Ordinal);
        Assert.Contains(reason, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NotAProgram_EndsWithReasonInLog()
    {
        var image = await TestImages.SmallAsync("not-a-program", "CMD [\"/not-a-program\"]\n");

        var (exited, log) = await RunAsync(await OrderAsync("hello") with { Image = image });

        Assert.NotEqual(0, exited.ExitCode);
        Assert.Contains("exec format error", log + Attempt.State(exited, "Error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UserThatImageDoesNotKnow_CannotStart()
    {
        var image = await TestImages.SmallAsync("bad-user", "USER nobody-here\n");

        var ending = await Begin(await OrderAsync("hello") with { Image = image }).EndAsync();

        Assert.Contains("nobody-here", Assert.IsType<Ending.CannotStart>(ending).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ImageWithoutCommand_CannotStartEver()
    {
        var ending = await Begin(await OrderAsync("hello") with { Image = await TestImages.WithoutCommandAsync() }).EndAsync();

        var failed = Assert.IsType<Ending.CannotStart>(ending);
        Assert.True(failed.Permanent);
        Assert.Contains("No command specified", failed.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ImageThatIsGone_CannotStartNow()
    {
        var ending = await Begin(await OrderAsync("hello") with { Image = "abaco-docker-tests/never-built" }).EndAsync();

        var failed = Assert.IsType<Ending.CannotStart>(ending);
        Assert.False(failed.Permanent);
        Assert.Contains("No such image", failed.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    [InlineData("SEGV", 139)]
    public async Task Run_ProgramDiesBySignal_ExitCodeNamesIt(string signal, int code)
    {
        // A process cannot signal itself to death as PID 1 of its namespace: a shell waits for one that does.
        var (exited, _) = await RunAsync($"sh -c 'kill -{signal} $$'");

        Assert.Equal(code, exited.ExitCode);
    }

    [Fact]
    public async Task Run_BackgroundChildren_EndWithTheProgram()
    {
        var (exited, log) = await RunAsync("sleep 100000 & sleep 100000 & echo done; exit 5");

        Assert.Equal((5, "done\n"), (exited.ExitCode, log));
    }

    [Fact]
    public async Task Run_ClosesItsOutputEarly_EndIsStillAwaited()
    {
        var attempt = await BeginAsync("echo before; exec >&- 2>&-; trap 'exit 9' TERM; while true; do sleep 0.1; done");
        await attempt.Heard.SaysAsync("before");
        Assert.True(attempt.Runs);

        Assert.Equal(9, (await attempt.StopAsync()).ExitCode);
        Assert.Equal("before\n", attempt.Heard.Log);
    }

    [Fact]
    public async Task Run_RemovedBehindOurBack_IsLost()
    {
        var attempt = await BeginAsync("echo here; sleep 100000");
        await attempt.Heard.SaysAsync("here");

        await Docker.Containers.RemoveContainerAsync(attempt.Heard.ContainerId, new() { Force = true });

        Assert.Contains("removed", Assert.IsType<Ending.Lost>(await attempt.EndAsync()).Cause, StringComparison.Ordinal);
        Assert.Equal("here\n", attempt.Heard.Log);
    }

    [Fact]
    public async Task Run_KilledBehindOurBack_IsItsExit()
    {
        var attempt = await BeginAsync("echo here; sleep 100000");
        await attempt.Heard.SaysAsync("here");

        await Docker.Containers.KillContainerAsync(attempt.Heard.ContainerId, new() { Signal = "SIGKILL" });

        Assert.Equal(137, (await attempt.ExitAsync()).ExitCode);
    }
}
