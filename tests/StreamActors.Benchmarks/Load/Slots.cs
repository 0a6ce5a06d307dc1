namespace StreamActors.Benchmarks.Load;

/// <summary>Numbers things so that epoll can name them; a number that is given back is used again.</summary>
internal sealed class Slots<T>
    where T : class
{
    private readonly List<T?> _items = [];
    private readonly Stack<int> _free = [];

    public int Count => _items.Count - _free.Count;

    public T? this[int slot] => _items[slot];

    public IEnumerable<T> All => _items.OfType<T>().ToList();

    /// <summary>Takes a number.</summary>
    /// <param name="make">Makes the thing, knowing its number.</param>
    public T Add(Func<int, T> make)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _items.Count;
            _items.Add(null);
        }

        var item = make(slot);
        _items[slot] = item;
        return item;
    }

    public void Remove(int slot)
    {
        _items[slot] = null;
        _free.Push(slot);
    }
}
