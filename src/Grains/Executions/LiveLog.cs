using System.Text;

namespace Abaco.Executions;

/// <summary>The log of a running attempt as far as its host has told it. Pieces may be repeated; a gap is refused by answering what is there.</summary>
internal sealed class LiveLog
{
    private readonly StringBuilder _text = new();
    private int _attempt;

    /// <summary>Adds a piece and says how much is there now.</summary>
    public int Append(int attempt, int from, string piece)
    {
        if (attempt > _attempt)
        {
            _attempt = attempt;
            _text.Clear();
        }

        if (attempt == _attempt && from <= _text.Length && from + piece.Length > _text.Length)
            _text.Append(piece, _text.Length - from, piece.Length - (_text.Length - from));
        return _text.Length;
    }

    /// <summary>The log of an attempt; empty when it is another one's.</summary>
    public string Text(int attempt) => attempt == _attempt ? _text.ToString() : "";

    /// <summary>Frees the memory.</summary>
    public void Clear() => _text.Clear().Capacity = 16;
}
