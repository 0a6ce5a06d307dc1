using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Binds configuration to options and collects every fault on the way: an unknown key, a value of the wrong form, a value out
/// of its range. The framework's own binder stops at the first.
/// </summary>
internal sealed class SettingsBinder
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Binds what is below a section to an object, recursively, then checks its annotations.</summary>
    public void Bind(IConfiguration section, string path, object target)
    {
        var properties = target.GetType().GetProperties().Where(p => p.CanWrite).ToList();
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                _faults.Add($"{child.Path}: unknown setting; known here: {string.Join(", ", properties.Select(p => p.Name))}");
            else
                BindProperty(child, property, target);
        }

        var results = new List<ValidationResult>();
        var context = new ValidationContext(target);
        // The validator asks the object itself only where each of its values is right.
        if (!Validator.TryValidateObject(target, context, results, validateAllProperties: true) && target is IValidatableObject validatable)
            results = [.. results.Concat(validatable.Validate(context)).DistinctBy(r => (r.ErrorMessage, r.MemberNames.FirstOrDefault()))];
        _faults.AddRange(results.Select(r => Describe(path, r, target.GetType())));
    }

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
            property.SetValue(target, section.Value is { } list
                ? list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : section.GetChildren().Select(c => c.Value ?? "").ToArray());
        }
        else if (isGroup)
        {
            Bind(section, section.Path, property.GetValue(target)!);
        }
        else if (section.Value is { } value)
        {
            BindValue(section.Path, value, property, target);
        }
        else if (section.GetChildren().Any())
        {
            _faults.Add($"{section.Path}: takes one value, not a group");
        }
    }

    /// <summary>Whether a group of settings is one value and nothing else. An empty value stands for an empty group, any other is a fault.</summary>
    private bool IsValue(IConfigurationSection group)
    {
        if (string.IsNullOrEmpty(group.Value))
            return false;
        _faults.Add($"{group.Path}: takes a group of settings, not one value");
        return !group.GetChildren().Any();
    }

    private void BindValue(string path, string value, PropertyInfo property, object target)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        try
        {
            if (type == typeof(TimeSpan) && !value.Contains(':'))
                throw new FormatException();
            if (type.IsEnum && !Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase))
                throw new FormatException();
            property.SetValue(target, TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value));
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            _faults.Add($"{path}: '{value}' is not {Form(type)}");
        }
    }

    private static string Form(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(TimeSpan) ? "a time as hh:mm:ss or hh:mm:ss.fff"
        : type == typeof(bool) ? "true or false"
        : type == typeof(Uri) ? "an address"
        : "a number";

    private static string Describe(string path, ValidationResult result, Type type)
    {
        var name = result.MemberNames.FirstOrDefault();
        var where = string.Join(':', new[] { path, name }.Where(part => !string.IsNullOrEmpty(part)));
        var property = name is null ? null : type.GetProperty(name);
        var what = property?.GetCustomAttribute<RangeAttribute>() is { } range
            ? $"must be from {range.Minimum} to {range.Maximum}"
            : result.ErrorMessage is { } message && !message.StartsWith("The ", StringComparison.Ordinal) ? message : "is needed";
        return $"{where}: {what}";
    }
}
