using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Binds configuration to options and collects every fault on the way: an unknown key, a value of the wrong form, a value out
/// of its range. The framework's own binder stops at the first.
/// </summary>
internal sealed class SettingsBinder
{
    private readonly List<SettingFault> _faults = [];
    private readonly HashSet<string> _unread = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>Binds what is below a section to an object, recursively, then checks its annotations.</summary>
    public void Bind(IConfiguration section, string path, object target)
    {
        var properties = target.GetType().GetProperties().Where(p => p.CanWrite).ToList();
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                Add(child.Path, $"unknown setting; known here: {string.Join(", ", properties.Select(p => p.Name))}");
            else
                BindProperty(child, property, target);
        }

        var results = new List<ValidationResult>();
        var context = new ValidationContext(target);
        // The validator asks the object itself only where each of its values is right.
        if (!Validator.TryValidateObject(target, context, results, validateAllProperties: true) && target is IValidatableObject validatable)
            results = [.. results.Concat(validatable.Validate(context)).DistinctBy(r => (r.ErrorMessage, r.MemberNames.FirstOrDefault()))];
        // Of a value that could not be read it is not said too that it is missing.
        _faults.AddRange(results.Select(r => Describe(path, r, target.GetType())).Where(f => !_unread.Contains(f.Path)));
    }

    private void Add(string path, string what) => _faults.Add(new SettingFault(path, what));

    private void BindProperty(IConfigurationSection section, PropertyInfo property, object target)
    {
        var isGroup = property.PropertyType is { IsClass: true } or { IsInterface: true }
            && property.PropertyType != typeof(string) && property.PropertyType != typeof(Uri) && property.PropertyType != typeof(string[]);
        if (isGroup && IsValue(section))
        {
            return;
        }

        if (property.PropertyType == typeof(IConfigurationSection))
        {
            property.SetValue(target, section);
        }
        else if (property.GetValue(target) is IDictionary<string, string> values)
        {
            BindNamed(section, values);
        }
        else if (property.GetValue(target) is IDictionary dictionary)
        {
            var type = property.PropertyType.GetGenericArguments()[1];
            foreach (var child in section.GetChildren().Where(child => !IsValue(child)))
            {
                var item = Activator.CreateInstance(type)!;
                Bind(child, child.Path, item);
                dictionary[child.Key] = item;
            }
        }
        else if (property.PropertyType == typeof(string[]))
        {
            BindList(section, property, target);
        }
        else if (isGroup)
        {
            Bind(section, section.Path, property.GetValue(target)!);
        }
        else if (section.GetChildren().Any())
        {
            Unread(section.Path, "takes one value, not a group");
        }
        else if (section.Value is { } value)
        {
            BindValue(section.Path, value, property, target);
        }
        else if (MayBeNull(property))
        {
            // JSON's null: none, also where the default is one.
            property.SetValue(target, null);
        }
    }

    /// <summary>Values under names of the user's own. JSON's null: none.</summary>
    private void BindNamed(IConfigurationSection section, IDictionary<string, string> values)
    {
        foreach (var child in section.GetChildren())
        {
            if (child.GetChildren().Any())
                Unread(child.Path, "takes one value, not a group");
            else if (child.Value is { } value)
                values[child.Key] = value;
        }
    }

    private void BindList(IConfigurationSection section, PropertyInfo property, object target)
    {
        var entries = section.GetChildren().ToList();
        if (section.Value?.TrimStart() is ['[' or '"' or '\'', ..])
            Unread(section.Path, "takes values separated by commas, without brackets and quotes");
        else if (section.Value is { } list)
            property.SetValue(target, list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        else if (entries.TrueForAll(e => e.Value is not null && int.TryParse(e.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            property.SetValue(target, entries.Select(e => e.Value!).ToArray());
        else
            Unread(section.Path, "takes a list of values");
    }

    /// <summary>Whether a group of settings is one value and nothing else. An empty value stands for an empty group, any other is a fault.</summary>
    private bool IsValue(IConfigurationSection group)
    {
        if (string.IsNullOrEmpty(group.Value))
            return false;
        Add(group.Path, "takes a group of settings, not one value");
        return !group.GetChildren().Any();
    }

    private void BindValue(string path, string value, PropertyInfo property, object target)
    {
        if (SettingValue.TryRead(property, value, out var read, out var fault))
            property.SetValue(target, read);
        else
            Unread(path, fault);
    }

    private void Unread(string path, string what)
    {
        _unread.Add(path);
        Add(path, what);
    }

    private static bool MayBeNull(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null || new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private static SettingFault Describe(string path, ValidationResult result, Type type)
    {
        var name = result.MemberNames.FirstOrDefault();
        var where = string.Join(':', new[] { path, name }.Where(part => !string.IsNullOrEmpty(part)));
        var property = name is null ? null : type.GetProperty(name);
        // An attribute's own words begin so.
        var what = result.ErrorMessage is { } message && !message.StartsWith("The ", StringComparison.Ordinal) ? message
            : property?.GetCustomAttribute<RangeAttribute>() is { } range ? $"must be from {range.Minimum} to {range.Maximum}" : "is needed";
        return new SettingFault(where, what);
    }
}
