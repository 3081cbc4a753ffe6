# Clean: a validation part of the training rows says which epoch is kept; the test rows are scored once.
import copy

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

torch.manual_seed(0)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_train, X_val, y_train, y_val = train_test_split(X_train, y_train, random_state=0)
scaler = StandardScaler().fit(X_train)
X_train, X_val, X_test = (
    torch.tensor(scaler.transform(rows), dtype=torch.float32) for rows in (X_train, X_val, X_test)
)
y_train, y_val, y_test = (torch.tensor(labels) for labels in (y_train, y_val, y_test))

model = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
loss_of = nn.CrossEntropyLoss()
best_loss, best_state = float("inf"), {}
for epoch in range(60):
    optimizer.zero_grad()
    loss_of(model(X_train), y_train).backward()
    optimizer.step()
    with torch.no_grad():
        val_loss = loss_of(model(X_val), y_val).item()
    if val_loss < best_loss:
        best_loss, best_state = val_loss, copy.deepcopy(model.state_dict())

model.load_state_dict(best_state)
with torch.no_grad():
    print(f"loss {loss_of(model(X_test), y_test).item():.3f}")
