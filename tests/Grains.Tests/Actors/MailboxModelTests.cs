using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

/// <summary>The window against the plainest model: a sorted list of the rows that wait. Random operations, fixed seeds.</summary>
public sealed class MailboxModelTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomOperations_AgreeWithASortedList(int seed)
    {
        var run = Run.Begin(new Random(seed));
        for (var step = 0; step < 4_000; step++)
            run.Step();
        run.Drain();
    }

    private sealed class Run(Random random, SortedDictionary<long, string> rows, long last)
    {
        private const int Page = 100;
        private readonly Dictionary<long, bool> _writing = [];
        private readonly List<PendingMessage> _running = [];
        private readonly Mailbox _mailbox = new(last, rows.Count);
        private long _purged;
        private (long After, long Through, List<PendingMessage> Rows)? _read;
        private int _burst;

        /// <summary>An activation that finds some of its sequences waiting.</summary>
        public static Run Begin(Random random)
        {
            var last = random.Next(3_000);
            var rows = new SortedDictionary<long, string>();
            for (var sequence = 1L; sequence <= last; sequence++)
                if (random.Next(4) > 0)
                    rows[sequence] = $"m{sequence}";
            return new Run(random, rows, last);
        }

        public void Step()
        {
            var bursts = _burst-- > 0;
            switch (bursts ? 0 : random.Next(12))
            {
                case 0 or 1 or 2:
                    Send(settleAtOnce: bursts || random.Next(3) == 0);
                    break;
                case 3 or 4:
                    EndWrite();
                    break;
                case 5 or 6 or 7:
                    Take();
                    break;
                case 8 when _running.Count > 0:
                    End(requeue: random.Next(2) == 0);
                    break;
                case 9 when _read is not null:
                    EndRead();
                    break;
                case 10 when random.Next(60) == 0:
                    Purge();
                    break;
                case 11 when random.Next(200) == 0:
                    _burst = random.Next(2 * Mailbox.Capacity);
                    break;
            }
        }

        public void Drain()
        {
            while (_writing.Count > 0)
                EndWrite();
            while (rows.Count > 0)
            {
                Take();
                EndRead();
            }

            Assert.Equal((0, false), (_mailbox.Count, _mailbox.TryTake(out _)));
        }

        private void Send(bool settleAtOnce)
        {
            var sequence = _mailbox.Reserve();
            Assert.Equal(++last, sequence);
            _writing[sequence] = random.Next(10) > 0;
            if (settleAtOnce)
                EndWrite(sequence);
        }

        private void EndWrite()
        {
            if (_writing.Count > 0)
                EndWrite(_writing.Keys.ElementAt(random.Next(_writing.Count)));
        }

        private void EndWrite(long sequence)
        {
            if (!_writing.Remove(sequence, out var written))
                return;
            if (sequence <= _purged)
            {
                // The store does an actor's writes in their order: it was written before the purge, and went with it.
                _mailbox.Settle(sequence, $"m{sequence}");
            }
            else if (written)
            {
                rows[sequence] = $"m{sequence}";
                _mailbox.Settle(sequence, $"m{sequence}");
            }
            else
            {
                _mailbox.Abandon(sequence);
            }
        }

        private void Take()
        {
            if (_mailbox.NeedsRefill)
            {
                BeginRead();
                return;
            }

            var expected = rows.Where(row => row.Key < FirstGap).Select(row => (PendingMessage?)new PendingMessage(row.Key, row.Value)).FirstOrDefault();
            var found = _mailbox.TryTake(out var item);
            Assert.Equal(expected, found ? item : null);
            if (!found)
                return;
            rows.Remove(item.Sequence);
            _running.Add(item);
        }

        private void End(bool requeue)
        {
            var item = _running[random.Next(_running.Count)];
            _running.Remove(item);
            if (!requeue)
                return;
            rows[item.Sequence] = item.ExecutionId;
            _mailbox.Requeue(item.Sequence, item.ExecutionId);
        }

        private void BeginRead()
        {
            if (_read is not null)
                return;
            var (after, through) = _mailbox.RefillRange;
            var page = rows.Where(row => row.Key > after && row.Key <= through).Take(Page).Select(row => new PendingMessage(row.Key, row.Value)).ToList();
            _read = (after, page.Count < Page ? through : page[^1].Sequence, page);
        }

        private void EndRead()
        {
            if (_read is var (after, through, read))
                _mailbox.Refill(after, through, read);
            _read = null;
        }

        private void Purge()
        {
            rows.Clear();
            _purged = _mailbox.PurgeAll();
            Assert.Equal((last, 0), (_purged, _mailbox.Count));
        }

        private long FirstGap => _writing.Count == 0 ? long.MaxValue : _writing.Keys.Min();
    }
}
