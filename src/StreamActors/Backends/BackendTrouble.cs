using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>The causes of one backend's failures since its last answers.</summary>
internal sealed class BackendTrouble
{
    /// <summary>How many causes are told apart: one may quote what a server says, which may differ each time.</summary>
    private const int MostCauses = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<(BackendQuestion Question, string Cause), EndReason> _causes = [];
    private string? _ofPrompts;
    private string? _ofModels;

    public string? Cause
    {
        get
        {
            lock (_lock)
            {
                return _ofPrompts ?? _ofModels;
            }
        }
    }

    /// <returns>Whether the cause is new for either question, and is to be logged.</returns>
    public bool Add(BackendQuestion question, string cause, EndReason reason)
    {
        lock (_lock)
        {
            if (question == BackendQuestion.Prompt)
                _ofPrompts = cause;
            else
                _ofModels = cause;
            var isNew = _causes.Count < MostCauses && !_causes.Keys.Any(c => c.Cause == cause);
            if (_causes.Count < MostCauses)
                _causes[(question, cause)] = reason;
            return isNew;
        }
    }

    public void Clear(BackendQuestion question)
    {
        lock (_lock)
        {
            foreach (var (known, reason) in _causes)
            {
                if (known.Question == question || (question == BackendQuestion.Models && reason == EndReason.BackendUnreachable))
                    Forget(known);
            }

            if (question == BackendQuestion.Prompt)
                _ofPrompts = null;
            else
                _ofModels = null;
        }
    }

    private void Forget((BackendQuestion Question, string Cause) known)
    {
        _causes.Remove(known);
        if (known.Question == BackendQuestion.Prompt && _ofPrompts == known.Cause)
            _ofPrompts = null;
    }
}
