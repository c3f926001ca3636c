using Abaco.Search;

namespace Abaco.Grains.Tests.Search;

public sealed class SearchRulesTests
{
    [Fact]
    public void Parse_NothingGiven_IsFirstHundred()
    {
        var query = Parse(SearchKind.Executions);

        Assert.Equal((0, 100), (query.Skip, query.Limit));
        Assert.Empty(query.Conditions);
        Assert.Empty(query.Texts);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("follow")]
    [InlineData("x-nonce")]
    public void Parse_ArgumentOfAnotherMeaning_DoesNotCount(string name) => Assert.Empty(Parse(SearchKind.Actors, (name, "1")).Conditions);

    [Theory]
    [InlineData("exit_code", "exit_code")]
    [InlineData("exitCode", "exit_code")]
    [InlineData("messageReceivedTime", "message_received_time")]
    public void Parse_EitherSpelling_IsTheSameField(string given, string field) =>
        Assert.Equal(field, Parse(SearchKind.Executions, (given, "none")).Conditions.Single().Field.Name);

    [Fact]
    public void Parse_NoSuffix_IsEquality()
    {
        var one = Assert.IsType<SearchCondition.OneOf>(Parse(SearchKind.Executions, ("exit_code", "137")).Conditions.Single());

        Assert.False(one.Negated);
        Assert.Equal([new SearchValue.Scalar(137.0)], one.Values);
    }

    [Theory]
    [InlineData("runtime.lt", Comparison.Less)]
    [InlineData("runtime.lte", Comparison.LessOrEqual)]
    [InlineData("runtime.gt", Comparison.Greater)]
    [InlineData("runtime.gte", Comparison.GreaterOrEqual)]
    internal void Parse_Order_IsComparison(string name, Comparison by)
    {
        var compare = Assert.IsType<SearchCondition.Compare>(Parse(SearchKind.Executions, (name, "1.5")).Conditions.Single());

        Assert.Equal((by, new SearchValue.Scalar(1.5)), (compare.By, compare.Value));
    }

    [Fact]
    public void Parse_Between_IsBothEndsIncluded()
    {
        var query = Parse(SearchKind.Executions, ("start_time.between", "2020,2021-06"));

        var ends = query.Conditions.Cast<SearchCondition.Compare>().Select(compare => (compare.By, ((SearchValue.Period)compare.Value).Start));
        Assert.Equal([(Comparison.GreaterOrEqual, Milliseconds("2020-01-01T00:00:00Z")), (Comparison.LessOrEqual, Milliseconds("2021-06-01T00:00:00Z"))], ends);
    }

    [Theory]
    [InlineData("""["READY", "BUSY"]""")]
    [InlineData("['READY', 'BUSY']")]
    public void Parse_List_TakesJsonAndPythonQuotes(string list)
    {
        var one = Assert.IsType<SearchCondition.OneOf>(Parse(SearchKind.Actors, ("status.nin", list)).Conditions.Single());

        Assert.True(one.Negated);
        Assert.Equal([new SearchValue.Scalar("READY"), new SearchValue.Scalar("BUSY")], one.Values);
    }

    [Theory]
    [InlineData("final_state.ExitCode", FieldKind.Json)]
    [InlineData("finalState.StartedAt.gt", FieldKind.Time)]
    [InlineData("final_state.FinishedAt", FieldKind.Time)]
    internal void Parse_Dots_LeadIntoJsonAndKnowTimes(string name, FieldKind kind)
    {
        var field = Parse(SearchKind.Executions, (name, "2020")).Conditions.Single().Field;

        Assert.Equal(("final_state", kind, 1), (field.Name, field.Kind, field.Path.Count));
    }

    [Fact]
    public void Parse_JsonPart_TriesBoolNoneNumberJsonString()
    {
        Assert.Equal([new SearchValue.Scalar(true), new SearchValue.Scalar("true")], Values("state.a", "true"));
        Assert.Equal([new SearchValue.Absent(), new SearchValue.Scalar("None")], Values("state.a", "None"));
        Assert.Equal([new SearchValue.Scalar(5.0), new SearchValue.Scalar("5")], Values("state.a", "5"));
        Assert.Equal([new SearchValue.Scalar("""{"b":1}"""), new SearchValue.Scalar("""{"b": 1}""")], Values("state.a", """{"b": 1}"""));
        Assert.Equal([new SearchValue.Scalar("x")], Values("state.a", "x"));
    }

    [Fact]
    public void Parse_Texts_AreWordsOrPhrase()
    {
        var query = Parse(SearchKind.Logs, ("search", " out of -- memory "), ("exactsearch", "segmentation fault"));

        Assert.Equal([(false, "out of memory"), (true, "segmentation fault")], query.Texts.Select(text => (text.Phrase, string.Join(' ', text.Words))));
    }

    [Theory]
    [InlineData("runtime", "soon", "runtime: must be a number.")]
    [InlineData("start_time.gt", "yesterday", "start_time.gt: must be a date")]
    [InlineData("start_time.lt", "none", "start_time.lt: nothing is greater or less than none.")]
    [InlineData("status.in", "READY", "status.in: must be a JSON list")]
    [InlineData("runtime.between", "1", "runtime.between: must be two values with a comma between them.")]
    [InlineData("colour", "red", "colour: there is no such field to search; the fields are actor_id, attempts,")]
    [InlineData("status.is", "x", "status.is: status has no parts, and 'is' is no operator; the operators are between, eq,")]
    [InlineData("executor.like", "(", "executor.like: must be a regular expression")]
    [InlineData("executor.like", @"(a)\1", "executor.like: must be a regular expression")]
    [InlineData("executor.like", "(a{900}){900}", "executor.like: must be a regular expression")]
    [InlineData("search", " - ", "search: must hold at least one word.")]
    [InlineData("skip", "-1", "skip: must be a whole number from 0")]
    [InlineData("limit", "0", "limit: must be a whole number from 1 to 10000.")]
    [InlineData("executor", "a\0", "executor: must hold no NUL character.")]
    public void Parse_BrokenRule_NamesArgumentAndRule(string name, string value, string error) =>
        Assert.Contains(error, Assert.Throws<AbacoException>(() => Parse(SearchKind.Executions, (name, value))).Message);

    [Fact]
    public void Parse_SeveralBrokenRules_AreAllNamed()
    {
        var refusal = Assert.Throws<AbacoException>(() => Parse(SearchKind.Executions, ("cpu", "x"), ("limit", "1"), ("limit", "2"), ("io", "y")));

        Assert.Equal("cpu: must be a number. limit: may be given only once. io: must be a number.", refusal.Message);
    }

    [Fact]
    public void Parse_PatternTooLong_IsRefused() => Assert.Throws<AbacoException>(
        () => Parse(SearchKind.Executions, ("executor.like", new string('a', SearchRules.LongestPattern + 1))));

    [Fact]
    public void Parse_TooManyArguments_IsRefused() => Assert.Throws<AbacoException>(
        () => Parse(SearchKind.Executions, [.. Enumerable.Range(0, SearchRules.MostArguments + 1).Select(i => ("cpu", $"{i}"))]));

    [Theory]
    [InlineData("2020", "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")]
    [InlineData("2000-05:00", "2000-01-01T05:00:00Z", "2001-01-01T05:00:00Z")]
    [InlineData("2020-04Z", "2020-04-01T00:00:00Z", "2020-05-01T00:00:00Z")]
    [InlineData("2020-04-06:00", "2020-04-01T06:00:00Z", "2020-05-01T06:00:00Z")]
    [InlineData("2020-04-29-06:00", "2020-04-29T06:00:00Z", "2020-04-30T06:00:00Z")]
    [InlineData("2020-04-29T20", "2020-04-29T20:00:00Z", "2020-04-29T21:00:00Z")]
    [InlineData("2020-04-29T20:15+02:00", "2020-04-29T18:15:00Z", "2020-04-29T18:16:00Z")]
    [InlineData("2020-04-29T20:15 02:00", "2020-04-29T18:15:00Z", "2020-04-29T18:16:00Z")]
    [InlineData("2020-04-29T20:15:52Z", "2020-04-29T20:15:52Z", "2020-04-29T20:15:53Z")]
    [InlineData("2020-04-29T20:15:52.2Z", "2020-04-29T20:15:52.200Z", "2020-04-29T20:15:52.300Z")]
    [InlineData("2020-04-29T20:15:52:246252-06:00", "2020-04-30T02:15:52.246Z", "2020-04-30T02:15:52.247Z")]
    public void TryParse_TruncatedDate_IsItsPeriod(string text, string start, string end)
    {
        Assert.True(SearchDates.TryParse(text, out var period));

        Assert.Equal((Milliseconds(start), Milliseconds(end)), (period.Start, period.End));
    }

    [Theory]
    [InlineData("20")]
    [InlineData("2020-13")]
    [InlineData("2021-02-29")]
    [InlineData("2020-04-29 20:15")]
    [InlineData("2020+15:00")]
    [InlineData("2020Z+01:00")]
    [InlineData("0001+01:00")]
    [InlineData("9999")]
    [InlineData("")]
    public void TryParse_NoDate_IsRefused(string text) => Assert.False(SearchDates.TryParse(text, out _));

    private static SearchQuery Parse(SearchKind kind, params (string Name, string Value)[] arguments) =>
        SearchRules.Parse(kind, [.. arguments.Select(argument => new SearchArgument(argument.Name, argument.Value))]);

    private static IReadOnlyList<SearchValue> Values(string name, string value) =>
        ((SearchCondition.OneOf)Parse(SearchKind.Actors, (name, value)).Conditions.Single()).Values;

    private static long Milliseconds(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
