// Package users reads lines of the form "id,name,age".
package users

import (
	"fmt"
	"strconv"
	"strings"
)

// User is one line.
type User struct {
	ID   int
	Name string
	Age  int
}

// Parse reads a line. Its result is copied to the caller, a few words.
func Parse(line string) (User, error) {
	id, rest, _ := strings.Cut(line, ",")
	name, age, _ := strings.Cut(rest, ",")
	number, err := strconv.Atoi(id)
	if err != nil {
		return User{}, fmt.Errorf("id of %q: %w", line, err)
	}
	years, err := strconv.Atoi(age)
	if err != nil {
		return User{}, fmt.Errorf("age of %q: %w", line, err)
	}
	return User{ID: number, Name: name, Age: years}, nil
}

// Oldest returns the name of the oldest.
func Oldest(lines []string) (string, error) {
	name, age := "", -1
	for _, line := range lines {
		user, err := Parse(line)
		if err != nil {
			return "", err
		}
		if user.Age > age {
			name, age = user.Name, user.Age
		}
	}
	return name, nil
}
