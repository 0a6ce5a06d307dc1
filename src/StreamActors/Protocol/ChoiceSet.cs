using System.Numerics;

namespace StreamActors.Protocol;

/// <summary>Some of an answer's choices, by their indexes from 0 on. Up to 128 of them, which is nearly always all, take no memory of their own.</summary>
/// <param name="first">Bit <c>n</c> for the choice with index <c>n</c>.</param>
/// <param name="others">Indexes from 128 on, in any order; not changed any more.</param>
public readonly struct ChoiceSet(UInt128 first, IReadOnlyList<int>? others = null) : IEquatable<ChoiceSet>
{
    /// <summary>How many choices one answer may have: 128 to each of 2,048 prompts.</summary>
    public const int Most = 128 * 2048;

    /// <summary>How many have a bit.</summary>
    public const int Bits = 128;

    /// <summary>None of them.</summary>
    public bool IsEmpty => first == UInt128.Zero && others is null or [];

    /// <summary>How many.</summary>
    public int Count => (int)UInt128.PopCount(first) + (others?.Distinct().Count() ?? 0);

    internal UInt128 First => first;

    internal IReadOnlyList<int> Others => others ?? [];

    /// <summary>One of them.</summary>
    public static ChoiceSet Of(int index) => index < Bits ? new ChoiceSet(UInt128.One << index) : new ChoiceSet(default, [index]);

    /// <inheritdoc/>
    public bool Equals(ChoiceSet other) => First == other.First && Others.ToHashSet().SetEquals(other.Others);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ChoiceSet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Others.Distinct().Count());

    /// <inheritdoc/>
    public static bool operator ==(ChoiceSet left, ChoiceSet right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(ChoiceSet left, ChoiceSet right) => !left.Equals(right);
}

/// <summary>Choices of an answer as they come one after another; each counts once.</summary>
public struct ChoiceTally
{
    private UInt128 _first;
    private ulong[]? _others;
    private int _count;

    /// <summary>How many there are.</summary>
    public readonly int Count => _count;

    /// <summary>Adds choices.</summary>
    /// <returns>Whether one of them is new.</returns>
    public bool Add(in ChoiceSet choices)
    {
        // Nearly every chunk.
        if (choices.IsEmpty)
            return false;
        var before = _count;
        _count += (int)UInt128.PopCount(choices.First & ~_first);
        _first |= choices.First;
        foreach (var index in choices.Others)
            AddOther(index - ChoiceSet.Bits);
        return _count > before;
    }

    private void AddOther(int index)
    {
        var (word, bit) = (index / 64, 1UL << index);
        if (_others is null || word >= _others.Length)
            Array.Resize(ref _others, (int)BitOperations.RoundUpToPowerOf2((uint)word + 1));
        if ((_others[word] & bit) != 0)
            return;
        _others[word] |= bit;
        _count++;
    }
}
