using Abaco.Schedules;

namespace Abaco.Grains.Tests;

public sealed class CronRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-05-04 16 + 1 hour", "2026-05-04 16:00", "2026-05-04 17:00")]
    [InlineData("2026-05-04 10 + 1 hour", "2026-05-04 10:00", "2026-05-04 11:00")]
    [InlineData("2026-5-4 11 + 3 days", "2026-05-04 11:00", "2026-05-07 11:00")]
    [InlineData("2026-06-01 0 + 2 weeks", "2026-06-01 00:00", "2026-06-15 00:00")]
    [InlineData("2026-05-31 08 + 1 month", "2026-05-31 08:00", "2026-06-30 08:00")]
    [InlineData("now + 1 hour", "2026-05-04 10:00", "2026-05-04 11:00")]
    [InlineData("now + 2 days", "2026-05-04 10:00", "2026-05-06 10:00")]
    [InlineData("now+12 hours", "2026-05-04 10:00", "2026-05-04 22:00")]
    [InlineData("30 6 * * *", "2026-05-05 06:30", "2026-05-06 06:30")]
    [InlineData("30 6 * * *  Europe/Berlin", "2026-05-05 04:30", "2026-05-06 04:30")]
    [InlineData("0 9 * * MON", "2026-05-11 09:00", "2026-05-18 09:00")]
    public void Plan_GoodSchedule_IsEchoedAndRuns(string text, string first, string second)
    {
        var plan = Made(text);

        Assert.Equal((text, true), (plan.Schedule, plan.On));
        var due = CronRules.First(plan, Now)!.Value;
        Assert.Equal(Time(first), due);
        Assert.Equal(Time(second), CronRules.Next(plan, due));
        Assert.Equal(TimeSpan.Zero, due.Offset);
    }

    [Theory]
    [InlineData("2026-05-04 9 + 1 hour", "already passed; the current UTC time is 2026-05-04 10:30")]
    [InlineData("1955-01-01 00 + 1 month", "already passed")]
    [InlineData("2026-02-30 10 + 1 day", "that exist")]
    [InlineData("2026-05-05 24 + 1 day", "that exist")]
    [InlineData("3000-01-01 00 + 1 day", "that exist")]
    [InlineData("2026-05-05 10 + 1 minute", "must have the form")]
    [InlineData("2026-05-05 10 + 1 year", "must have the form")]
    [InlineData("2026-05-05 10 + 0 days", "must have the form")]
    [InlineData("2026-05-05 10 + -1 days", "must have the form")]
    [InlineData("2026-05-05 10 + 99999 days", "must have the form")]
    [InlineData("2026-05-05 10   1 day", "must have the form")]
    [InlineData("2026-05-05 10:30 + 1 day", "must have the form")]
    [InlineData("2026/05/05 10 + 1 day", "must have the form")]
    [InlineData("yesterday + 1 day", "must have the form")]
    [InlineData("* * * *", "must have the form")]
    [InlineData("0 * * * * *", "must have the form")]
    [InlineData("60 * * * *", "must have the form")]
    [InlineData("0 6 * * * Mars/Olympus", "must have the form")]
    [InlineData("0 0 30 2 *", "never comes due")]
    public void Plan_BadSchedule_SaysWhatIsWrong(string text, string part)
    {
        Assert.Null(CronRules.Plan(null, text, null, Now, out var error));

        Assert.StartsWith("cron_schedule: ", error);
        Assert.Contains(part, error);
    }

    [Fact]
    public void Plan_Absent_Keeps()
    {
        var plan = Made("2026-05-04 16 + 1 hour");

        Assert.Null(CronRules.Plan(null, null, true, Now, out _));
        Assert.Equal(plan, CronRules.Plan(plan, null, null, Now, out _));
        Assert.Equal(plan with { On = false }, CronRules.Plan(plan, null, false, Now, out _));
        Assert.Equal(plan with { On = false }, CronRules.Plan(plan with { On = false }, null, null, Now, out _));
    }

    [Fact]
    public void Plan_NewSchedule_TurnsOnUnlessToldOtherwise()
    {
        var paused = Made("2026-05-04 16 + 1 hour") with { On = false };

        Assert.True(CronRules.Plan(paused, "0 6 * * *", null, Now, out _)!.On);
        Assert.False(CronRules.Plan(paused, "0 6 * * *", false, Now, out _)!.On);
    }

    [Fact]
    public void Plan_SameTextWhoseStartIsPast_IsKept()
    {
        var plan = Made("2026-05-04 16 + 1 hour");

        Assert.Equal(plan, CronRules.Plan(plan, plan.Schedule, null, Now.AddDays(30), out var error));
        Assert.Null(error);
    }

    [Fact]
    public void Plan_NowAgain_IsAnchoredAnew()
    {
        var plan = Made("now + 1 day");

        var again = CronRules.Plan(plan, plan.Schedule, null, Now.AddDays(3), out _)!;

        Assert.Equal(Time("2026-05-07 10:00"), again.Anchor);
        Assert.NotEqual(plan.Rule, again.Rule);
    }

    [Fact]
    public void Plan_Empty_RemovesTheSchedule() => Assert.Null(CronRules.Plan(Made("0 6 * * *"), "", null, Now, out _));

    [Fact]
    public void Next_AfterLongAbsence_IsTheNextOnTheGridOnly()
    {
        Assert.Equal(Time("2026-05-31 16:00"), CronRules.Next(Made("2026-05-04 16 + 3 days"), Time("2026-05-28 16:00")));
        Assert.Equal(Time("2027-05-04 17:00"), CronRules.Next(Made("2026-05-04 16 + 1 hour"), Time("2027-05-04 16:00")));
    }

    [Theory]
    [InlineData("2026-05-31 08:00", "2026-06-30 08:00")]
    [InlineData("2026-06-30 08:00", "2026-07-31 08:00")]
    [InlineData("2027-01-31 08:00", "2027-02-28 08:00")]
    [InlineData("2027-02-28 08:00", "2027-03-31 08:00")]
    [InlineData("2028-02-10 00:00", "2028-02-29 08:00")]
    public void Next_Months_AreCountedFromTheFirst(string after, string next) =>
        Assert.Equal(Time(next), CronRules.Next(Made("2026-05-31 08 + 1 month"), Time(after)));

    [Fact]
    public void Next_ManyMonths_GoesByTheirNumber() =>
        Assert.Equal(Time("2027-11-30 08:00"), CronRules.Next(Made("2026-05-31 08 + 6 months"), Time("2027-05-31 08:00")));

    [Fact]
    public void Next_LargestStep_DoesNotOverflow() =>
        Assert.Equal(3833, CronRules.Next(Made("2999-12-31 23 + 9999 months"), new DateTimeOffset(2999, 12, 31, 23, 0, 0, TimeSpan.Zero))!.Value.Year);

    [Fact]
    public void Next_WhenClocksChange_KeepsLocalTime()
    {
        var plan = Made("0 9 * * * Europe/Berlin");

        Assert.Equal(Time("2026-10-24 07:00"), CronRules.Next(plan, Time("2026-10-23 12:00")));
        Assert.Equal(Time("2026-10-25 08:00"), CronRules.Next(plan, Time("2026-10-24 12:00")));
    }

    private static CronPlan Made(string text)
    {
        var plan = CronRules.Plan(null, text, null, Now, out var error);
        Assert.Null(error);
        return plan!;
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}
