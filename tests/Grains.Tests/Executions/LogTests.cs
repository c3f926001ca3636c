using System.Text;
using Abaco.Executions;

namespace Abaco.Grains.Tests.Executions;

public sealed class LogTests
{
    [Theory]
    [InlineData("abc", 3, "abc", false)]
    [InlineData("abcd", 3, "abc" + LogText.CutMark, true)]
    [InlineData("ab\U0001f600", 4, "ab\U0001f600", false)]
    [InlineData("ab\U0001f600", 3, "ab" + LogText.CutMark, true)]
    [InlineData("ab\U0001f600c", 4, "ab\U0001f600" + LogText.CutMark, true)]
    [InlineData("a", 0, LogText.CutMark, true)]
    [InlineData("", 0, "", false)]
    public void Cut_Log_NeverHalvesACharacter(string log, int longest, string expected, bool cut)
    {
        var text = new StringBuilder(log);
        Assert.Equal(cut, LogText.Cut(text, longest));
        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void Append_RepeatsAndOverlaps_CountOnce()
    {
        var log = new LiveLog();
        Assert.Equal(3, log.Append(1, 0, "abc"));
        Assert.Equal(3, log.Append(1, 0, "abc"));
        Assert.Equal(3, log.Append(1, 1, "b"));
        Assert.Equal(5, log.Append(1, 2, "cde"));
        Assert.Equal("abcde", log.Text(1));
    }

    [Fact]
    public void Append_Gap_IsRefusedByAnsweringWhatIsThere()
    {
        var log = new LiveLog();
        Assert.Equal(0, log.Append(1, 4, "late"));
        Assert.Equal(2, log.Append(1, 0, "ab"));
        Assert.Equal(2, log.Append(1, 3, "d"));
        Assert.Equal("ab", log.Text(1));
    }

    [Fact]
    public void Append_HigherAttempt_StartsAnewAndALowerOneIsIgnored()
    {
        var log = new LiveLog();
        log.Append(1, 0, "first");
        Assert.Equal(2, log.Append(2, 0, "2!"));
        Assert.Equal(2, log.Append(1, 0, "first, again"));
        Assert.Equal(("", "2!"), (log.Text(1), log.Text(2)));
        log.Clear();
        Assert.Equal("", log.Text(2));
    }
}
